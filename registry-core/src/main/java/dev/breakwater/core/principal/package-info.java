/** Who is calling and what the presented credential is limited to. */
@NullMarked
package dev.breakwater.core.principal;

import org.jspecify.annotations.NullMarked;
