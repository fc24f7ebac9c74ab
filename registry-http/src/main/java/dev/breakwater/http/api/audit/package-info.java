/** The audit log in the management API. */
@NullMarked
package dev.breakwater.http.api.audit;

import org.jspecify.annotations.NullMarked;
