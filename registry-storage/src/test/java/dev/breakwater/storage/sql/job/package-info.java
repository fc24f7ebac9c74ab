@NullMarked
package dev.breakwater.storage.sql.job;

import org.jspecify.annotations.NullMarked;
