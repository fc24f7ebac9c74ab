/** Repositories as such: the catalog. */
@NullMarked
package dev.breakwater.core.repository;

import org.jspecify.annotations.NullMarked;
