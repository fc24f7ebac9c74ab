/** The rules of the house, checked against the compiled classes of all modules. */
@NullMarked
package dev.breakwater.architecture;

import org.jspecify.annotations.NullMarked;
