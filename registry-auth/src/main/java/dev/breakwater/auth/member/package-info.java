/** Makes people and groups of a directory known here when they become members of projects. */
@NullMarked
package dev.breakwater.auth.member;

import org.jspecify.annotations.NullMarked;
