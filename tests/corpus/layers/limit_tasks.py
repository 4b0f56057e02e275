# Starts more threads than it may have tasks.
#
# expect: cause=exit exit_code=0 usage.peak_tasks<=12 usage.tasks_refused>=1
# sees: ^refused$
# layer: limit_tasks
# limits: tasks=12
import threading

over = threading.Event()
threads = []
try:
    while len(threads) < 40:
        threads.append(threading.Thread(target=over.wait))
        threads[-1].start()
    print("not refused")
except RuntimeError:
    print("refused")
    threads.pop()
over.set()
for thread in threads:
    thread.join()
print("ATTEMPT ok")
