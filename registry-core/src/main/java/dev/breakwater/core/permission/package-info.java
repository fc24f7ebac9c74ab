/** Who may do what: the one decision that every use case asks for. */
@NullMarked
package dev.breakwater.core.permission;

import org.jspecify.annotations.NullMarked;
