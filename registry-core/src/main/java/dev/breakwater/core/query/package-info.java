/** What lists are asked for: conditions, order and page, as values. */
@NullMarked
package dev.breakwater.core.query;

import org.jspecify.annotations.NullMarked;
