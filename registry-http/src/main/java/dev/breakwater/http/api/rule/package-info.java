/** Rules of projects about tags, in the management API. */
@NullMarked
package dev.breakwater.http.api.rule;

import org.jspecify.annotations.NullMarked;
