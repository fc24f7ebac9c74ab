/** Rows of the audit log. */
@NullMarked
package dev.breakwater.storage.sql.audit;

import org.jspecify.annotations.NullMarked;
