/** Groups that directories, providers and proxies name, and the users in them. */
@NullMarked
package dev.breakwater.core.group;

import org.jspecify.annotations.NullMarked;
