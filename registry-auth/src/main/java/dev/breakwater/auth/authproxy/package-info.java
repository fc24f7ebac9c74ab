/** People for whom an authentication proxy vouches. */
@NullMarked
package dev.breakwater.auth.authproxy;

import org.jspecify.annotations.NullMarked;
