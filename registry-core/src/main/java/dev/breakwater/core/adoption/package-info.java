/** Takes over what another registry has stored, where it lies. */
@NullMarked
package dev.breakwater.core.adoption;

import org.jspecify.annotations.NullMarked;
