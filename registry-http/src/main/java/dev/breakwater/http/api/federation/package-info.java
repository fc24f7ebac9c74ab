/** Federation rules in the management API; Harbor has none. */
@NullMarked
package dev.breakwater.http.api.federation;

import org.jspecify.annotations.NullMarked;
