/** Settings in the management API. */
@NullMarked
package dev.breakwater.http.api.systemconfig;

import org.jspecify.annotations.NullMarked;
