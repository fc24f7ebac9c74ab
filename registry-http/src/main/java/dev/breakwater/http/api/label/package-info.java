/** Labels in the management API. */
@NullMarked
package dev.breakwater.http.api.label;

import org.jspecify.annotations.NullMarked;
