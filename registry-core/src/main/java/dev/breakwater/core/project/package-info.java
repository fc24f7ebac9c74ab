/** Projects: the tenants that repositories belong to. */
@NullMarked
package dev.breakwater.core.project;

import org.jspecify.annotations.NullMarked;
