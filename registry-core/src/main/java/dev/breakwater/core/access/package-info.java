/** The words of access control: resources, verbs, roles, and what each role may do. */
@NullMarked
package dev.breakwater.core.access;

import org.jspecify.annotations.NullMarked;
