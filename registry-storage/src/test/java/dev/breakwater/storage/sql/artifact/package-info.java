@NullMarked
package dev.breakwater.storage.sql.artifact;

import org.jspecify.annotations.NullMarked;
