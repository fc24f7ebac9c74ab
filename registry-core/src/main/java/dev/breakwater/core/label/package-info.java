/** Labels of artifacts: of the system, or of a project. */
@NullMarked
package dev.breakwater.core.label;

import org.jspecify.annotations.NullMarked;
