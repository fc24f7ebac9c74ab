@NullMarked
package dev.breakwater.storage.sql.federation;

import org.jspecify.annotations.NullMarked;
