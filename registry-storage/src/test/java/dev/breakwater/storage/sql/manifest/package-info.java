@NullMarked
package dev.breakwater.storage.sql.manifest;

import org.jspecify.annotations.NullMarked;
