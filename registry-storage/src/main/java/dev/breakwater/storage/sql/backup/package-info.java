/**
 * The whole database as one file, and back: for backups, moves and other versions of the server.
 */
@NullMarked
package dev.breakwater.storage.sql.backup;

import org.jspecify.annotations.NullMarked;
