/** What must not be readable at rest: encryption with the installation's secret key. */
@NullMarked
package dev.breakwater.core.secret;

import org.jspecify.annotations.NullMarked;
