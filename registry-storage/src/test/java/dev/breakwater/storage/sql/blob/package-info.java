@NullMarked
package dev.breakwater.storage.sql.blob;

import org.jspecify.annotations.NullMarked;
