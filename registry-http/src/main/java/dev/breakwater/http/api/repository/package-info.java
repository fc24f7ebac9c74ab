/** Repositories in the management API. */
@NullMarked
package dev.breakwater.http.api.repository;

import org.jspecify.annotations.NullMarked;
