@NullMarked
package dev.breakwater.storage.sql.immutability;

import org.jspecify.annotations.NullMarked;
