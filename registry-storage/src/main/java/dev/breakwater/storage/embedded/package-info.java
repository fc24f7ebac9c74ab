/** A real PostgreSQL as this program's own child process, for an installation without services. */
@NullMarked
package dev.breakwater.storage.embedded;

import org.jspecify.annotations.NullMarked;
