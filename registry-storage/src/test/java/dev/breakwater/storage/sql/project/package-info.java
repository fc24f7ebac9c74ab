@NullMarked
package dev.breakwater.storage.sql.project;

import org.jspecify.annotations.NullMarked;
