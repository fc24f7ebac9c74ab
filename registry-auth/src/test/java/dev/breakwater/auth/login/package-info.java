@NullMarked
package dev.breakwater.auth.login;

import org.jspecify.annotations.NullMarked;
