package cli

import "golang.org/x/sys/windows"

// steerable says whether a terminal understands ANSI sequences, and has it do so: an older
// console of Windows shows them as they are until it is asked not to, or for ever.
// https://learn.microsoft.com/en-us/windows/console/setconsolemode
func steerable(terminal uintptr) bool {
	console := windows.Handle(terminal)
	var mode uint32
	if err := windows.GetConsoleMode(console, &mode); err != nil {
		return false
	}
	return windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
