@NullMarked
package dev.breakwater.storage.sql.member;

import org.jspecify.annotations.NullMarked;
