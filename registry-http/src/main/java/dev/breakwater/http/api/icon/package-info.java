/** Icons in the management API. */
@NullMarked
package dev.breakwater.http.api.icon;

import org.jspecify.annotations.NullMarked;
