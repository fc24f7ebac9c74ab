/** What all families of the management API have in common: routes, errors, paging, bodies. */
@NullMarked
package dev.breakwater.http.api;

import org.jspecify.annotations.NullMarked;
