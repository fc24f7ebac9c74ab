/** The folder that belongs to one running program: {@code data.dir}. */
@NullMarked
package dev.breakwater.storage.datadirectory;

import org.jspecify.annotations.NullMarked;
