/** Rules of projects about tags that selectors choose. */
@NullMarked
package dev.breakwater.core.rule;

import org.jspecify.annotations.NullMarked;
