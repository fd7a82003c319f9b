# A Rack application.
slow = lambda do
  sleep 2
  "slow\n"
end
actions = {
  '/' => -> { "#{ENV['FORKTAIL_SLOT']} #{Process.pid} #{ENV['FORKTAIL_GENERATION']}\n" },
  '/slow' => slow,
  '/hang' => -> { sleep },
  '/crash' => -> { Process.kill(:KILL, Process.pid) }
}
run lambda { |env|
  action = actions[env['PATH_INFO']]
  if action
    [200, { 'Content-Type' => 'text/plain' }, [action.call.to_s]]
  else
    [404, { 'Content-Type' => 'text/plain' }, ["no such page\n"]]
  end
}
