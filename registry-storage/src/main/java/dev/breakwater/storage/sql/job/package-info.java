/** Executions, tasks and their logs as rows. */
@NullMarked
package dev.breakwater.storage.sql.job;

import org.jspecify.annotations.NullMarked;
