/** Users in the management API. */
@NullMarked
package dev.breakwater.http.api.user;

import org.jspecify.annotations.NullMarked;
