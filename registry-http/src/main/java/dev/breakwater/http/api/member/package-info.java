/** Members of projects in the management API. */
@NullMarked
package dev.breakwater.http.api.member;

import org.jspecify.annotations.NullMarked;
