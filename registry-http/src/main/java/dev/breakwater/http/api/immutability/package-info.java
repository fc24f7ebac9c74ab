/** Immutable tag rules in the management API. */
@NullMarked
package dev.breakwater.http.api.immutability;

import org.jspecify.annotations.NullMarked;
