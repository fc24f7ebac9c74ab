/** The management API's description of itself. */
@NullMarked
package dev.breakwater.http.api.description;

import org.jspecify.annotations.NullMarked;
