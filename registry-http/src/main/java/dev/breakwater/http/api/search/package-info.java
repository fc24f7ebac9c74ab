/** Search in the management API. */
@NullMarked
package dev.breakwater.http.api.search;

import org.jspecify.annotations.NullMarked;
