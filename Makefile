demo:
	.venv/bin/luodi demo
