/** Members: users and groups with a role in a project. */
@NullMarked
package dev.breakwater.core.member;

import org.jspecify.annotations.NullMarked;
