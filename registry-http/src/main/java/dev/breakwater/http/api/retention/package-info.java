/** Retention in the management API. */
@NullMarked
package dev.breakwater.http.api.retention;

import org.jspecify.annotations.NullMarked;
