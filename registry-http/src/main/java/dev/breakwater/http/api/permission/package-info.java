/** What robots can be given, in the management API. */
@NullMarked
package dev.breakwater.http.api.permission;

import org.jspecify.annotations.NullMarked;
