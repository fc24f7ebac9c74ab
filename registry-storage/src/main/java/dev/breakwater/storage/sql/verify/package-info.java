/** The rows that the files of the blob store are compared with. */
@NullMarked
package dev.breakwater.storage.sql.verify;

import org.jspecify.annotations.NullMarked;
