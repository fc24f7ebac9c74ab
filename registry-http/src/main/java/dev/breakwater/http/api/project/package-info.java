/** Projects in the management API. */
@NullMarked
package dev.breakwater.http.api.project;

import org.jspecify.annotations.NullMarked;
