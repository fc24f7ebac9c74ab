/** Statistics in the management API. */
@NullMarked
package dev.breakwater.http.api.statistics;

import org.jspecify.annotations.NullMarked;
