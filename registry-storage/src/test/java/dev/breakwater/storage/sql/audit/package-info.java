@NullMarked
package dev.breakwater.storage.sql.audit;

import org.jspecify.annotations.NullMarked;
