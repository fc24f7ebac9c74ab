@NullMarked
package dev.breakwater.auth.federation;

import org.jspecify.annotations.NullMarked;
