/** The rows behind the token service: signing keys and the root that certifies them. */
@NullMarked
package dev.breakwater.core.token;

import org.jspecify.annotations.NullMarked;
