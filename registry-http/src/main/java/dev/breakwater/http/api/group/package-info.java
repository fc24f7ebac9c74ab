/** Groups in the management API. */
@NullMarked
package dev.breakwater.http.api.group;

import org.jspecify.annotations.NullMarked;
