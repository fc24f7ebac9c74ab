/** Where costly cryptography runs: off the event loop, on bounded pools. */
@NullMarked
package dev.breakwater.auth.crypto;

import org.jspecify.annotations.NullMarked;
