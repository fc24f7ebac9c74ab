/** Transactions as a visible parameter. */
@NullMarked
package dev.breakwater.core.transaction;

import org.jspecify.annotations.NullMarked;
